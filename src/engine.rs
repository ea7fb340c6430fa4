//! Models: the embedded classifier, language models and the worker process.

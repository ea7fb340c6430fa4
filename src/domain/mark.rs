//! Marks `{{fact:ID}}`, `{{calc:ID}}`, `{{slot:KEY}}`: the places of numbers in an authored or
//! generated text, filled in by the backend.

//! Pages, fragments, live events and the JSON API.

//! The texts of a section, for the check that every one of them passes.

use super::{Argument, Body, FollowUp, Key, ObjectionHelp};

impl Body {
    /// The section with every text replaced by what `f` makes of it; items whose text is emptied
    /// are dropped.
    #[must_use]
    pub fn map_texts(self, mut f: impl FnMut(&str) -> String) -> Self {
        match self {
            Self::Opening {
                goal,
                say_to_client,
            } => Self::Opening {
                goal: f(&goal),
                say_to_client: f(&say_to_client),
            },
            Self::Arguments { items, car, reason } => Self::Arguments {
                items: items
                    .into_iter()
                    .map(|item| Argument {
                        text: f(&item.text),
                        ..item
                    })
                    .filter(|item| !item.text.is_empty())
                    .collect(),
                car,
                reason: f(&reason),
            },
            Self::Next { steps, red_flags } => Self::Next {
                steps: list(steps, &mut f),
                red_flags: list(red_flags, &mut f),
            },
            Self::Language {
                use_words,
                avoid,
                voice,
                draft,
            } => Self::Language {
                use_words: list(use_words, &mut f),
                // Words to avoid are quoted to be avoided: nobody says them.
                avoid,
                voice: f(&voice),
                draft: draft.map(|text| f(&text)).filter(|text| !text.is_empty()),
            },
            Self::Plan {
                steps,
                questions,
                follow_up,
            } => Self::Plan {
                steps: list(steps, &mut f),
                questions: list(questions, &mut f),
                follow_up: follow_up
                    .into_iter()
                    .map(|item| FollowUp {
                        text: f(&item.text),
                        ..item
                    })
                    .filter(|item| !item.text.is_empty())
                    .collect(),
            },
            Self::Objections { items } => Self::Objections {
                items: items
                    .into_iter()
                    .map(|item| ObjectionHelp {
                        say_to_client: f(&item.say_to_client),
                        why: f(&item.why),
                        ..item
                    })
                    .filter(|item| !item.say_to_client.is_empty())
                    .collect(),
            },
        }
    }

    /// Whether what is left is worth showing.
    pub fn says_something(&self) -> bool {
        match self {
            Self::Opening { say_to_client, .. } => !say_to_client.is_empty(),
            Self::Arguments { items, .. } => !items.is_empty(),
            Self::Next { steps, .. } | Self::Plan { steps, .. } => !steps.is_empty(),
            Self::Language { use_words, .. } => !use_words.is_empty(),
            Self::Objections { .. } => true,
        }
    }

    /// The whole items of an answer that was cut short, or `None` if no part of it stands alone.
    /// Members that did not come are empty.
    pub fn parse_partial(key: Key, text: &str) -> Option<Self> {
        // Close what is open, from the longest prefix that then satisfies the schema.
        let ends: Vec<usize> = text
            .char_indices()
            .filter(|(_, c)| matches!(c, '"' | '}' | ']'))
            .map(|(at, c)| at + c.len_utf8())
            .collect();
        ends.iter()
            .rev()
            .find_map(|&end| Self::parse_begun(key, &closed(&text[..end])?).ok())
            .filter(|body| match body {
                // That there are none can only be said by a whole answer.
                Self::Objections { items } => !items.is_empty(),
                body => body.says_something(),
            })
    }
}

fn list(texts: Vec<String>, f: &mut impl FnMut(&str) -> String) -> Vec<String> {
    texts
        .iter()
        .map(|text| f(text))
        .filter(|text| !text.is_empty())
        .collect()
}

/// The text with its open brackets closed; `None` inside a string.
fn closed(text: &str) -> Option<String> {
    let mut open = Vec::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => open.push('}'),
            '[' if !quoted => open.push(']'),
            '}' | ']' if !quoted => {
                open.pop();
            }
            _ => {}
        }
    }
    if quoted {
        return None;
    }
    Some(text.chars().chain(open.into_iter().rev()).collect())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn every_text_passes_through_and_an_emptied_item_goes() {
        let body = Body::Next {
            steps: vec!["a".into(), "b".into()],
            red_flags: vec!["c".into()],
        };
        let mapped = body.map_texts(|text| {
            if text == "b" {
                String::new()
            } else {
                text.to_uppercase()
            }
        });
        assert_eq!(
            mapped,
            Body::Next {
                steps: vec!["A".into()],
                red_flags: vec!["C".into()]
            }
        );
        assert!(mapped.says_something());
        assert!(
            !Body::Next {
                steps: vec![],
                red_flags: vec![]
            }
            .says_something()
        );
    }

    #[rstest]
    #[case(
        Key::Next,
        r#"{"steps":["a","b"],"red_fl"#,
        Some(r#"{"steps":["a","b"],"red_flags":[]}"#)
    )]
    #[case(
        Key::Next,
        r#"{"steps":["a","b"#,
        Some(r#"{"steps":["a"],"red_flags":[]}"#)
    )]
    #[case(Key::Next, r#"{"steps":["a"#, None)]
    #[case(
        Key::Arguments,
        r#"{"items":[{"text":"a","facts":["f"]},{"text":"b","fac"#,
        Some(r#"{"items":[{"text":"a","facts":["f"]}],"car":null,"reason":""}"#)
    )]
    #[case(Key::Opening, r#"{"goal":"g","say_to_"#, None)]
    #[case(
        Key::Opening,
        r#"{"goal":"g","say_to_client":"s""#,
        Some(r#"{"goal":"g","say_to_client":"s"}"#)
    )]
    #[case(
        Key::Plan,
        r#"{"steps":["a"],"questions":[7]"#,
        Some(r#"{"steps":["a"],"questions":[],"follow_up":[]}"#)
    )]
    #[case(Key::Plan, "nothing of the kind", None)]
    #[case(Key::Objections, r#"{"items":["#, None)]
    fn what_came_whole_is_kept(#[case] key: Key, #[case] cut: &str, #[case] kept: Option<&str>) {
        let body = Body::parse_partial(key, cut);
        let read = |text| Body::parse_begun(key, text).unwrap();
        assert_eq!(body, kept.map(read));
    }

    #[test]
    fn a_text_cut_short_is_closed_where_it_can_be() {
        assert_eq!(
            closed("{\"steps\":[\"a\"").as_deref(),
            Some("{\"steps\":[\"a\"]}")
        );
        assert_eq!(closed("{\"steps\":[\"a"), None);
        assert_eq!(closed("[\"a\\\"]\"").as_deref(), Some("[\"a\\\"]\"]"));
    }
}

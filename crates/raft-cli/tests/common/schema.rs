//! As much of JSON Schema as `docs/raftlab.schema.json` uses. A keyword that is not understood is an error, so that
//! nothing in the schema can be mere decoration.

use serde_json::{Map, Value};

/// Where a value breaks its schema; nothing if it does not.
pub(crate) fn breaches(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(root, schema, value, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let schema = schema.as_object().expect("a schema is an object");
    for (keyword, want) in schema {
        let holds = match keyword.as_str() {
            "$schema" | "title" | "description" | "$defs" => true,
            "$ref" => {
                let path = want.as_str().and_then(|path| path.strip_prefix('#')).expect("a local reference");
                check(root, root.pointer(path).unwrap_or_else(|| panic!("no {path}")), value, at, found);
                true
            }
            "type" => match want {
                Value::Array(types) => types.iter().any(|one| is_of(one, value)),
                one => is_of(one, value),
            },
            "enum" => want.as_array().expect("a list").contains(value),
            "minimum" => value.as_u64().is_none_or(|number| number >= want.as_u64().expect("a number")),
            "pattern" => value.as_str().is_none_or(|text| matches(want.as_str().expect("a pattern"), text)),
            "required" => {
                let names = want.as_array().expect("a list");
                // Asked of objects only, as the standard has it.
                !value.is_object() || names.iter().all(|name| value.get(name.as_str().expect("a name")).is_some())
            }
            "properties" => {
                for (name, schema) in want.as_object().expect("a map") {
                    if let Some(value) = value.get(name) {
                        check(root, schema, value, &format!("{at}.{name}"), found);
                    }
                }
                true
            }
            "additionalProperties" => additional(root, schema, want, value, at, found),
            "items" => {
                for (number, value) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, want, value, &format!("{at}[{number}]"), found);
                }
                true
            }
            other => panic!("the keyword {other} is not understood"),
        };
        if !holds {
            found.push(format!("{at} breaks {keyword} {want}: {value}"));
        }
    }
}

fn additional(
    root: &Value,
    schema: &Map<String, Value>,
    want: &Value,
    value: &Value,
    at: &str,
    found: &mut Vec<String>,
) -> bool {
    let known = |name: &String| schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
    let others = value.as_object().into_iter().flatten().filter(|(name, _)| !known(name));
    if *want == Value::Bool(false) {
        return others.count() == 0;
    }
    for (name, value) in others {
        check(root, want, value, &format!("{at}.{name}"), found);
    }
    true
}

fn is_of(name: &Value, value: &Value) -> bool {
    match name.as_str().expect("the name of a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("the type {other} is not understood"),
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match pattern {
        "^[0-9]+$" => digits(text),
        "^S[0-9]+$" => text.strip_prefix('S').is_some_and(digits),
        "^[0-9a-f]{16}$" => text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
        other => panic!("the pattern {other} is not understood"),
    }
}

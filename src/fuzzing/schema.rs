//! A JSON Schema, as far as `misc/event.schema.json` uses the language (draft 2020-12). A keyword
//! that is not known here is a panic: nothing that the schema asks for goes unchecked.

#![forbid(unsafe_code)]

use std::collections::HashMap;

use regex_lite::Regex;
use serde_json::Value;

/// A schema with its patterns compiled.
pub struct Schema {
    /// All of it.
    pub root: Value,
    patterns: HashMap<String, Regex>,
}

impl Schema {
    /// From its text; one that is no JSON, or with a pattern that is none, is a panic.
    pub fn new(text: &str) -> Self {
        let root: Value = serde_json::from_str(text).unwrap();
        let mut patterns = HashMap::new();
        compile(&root, &mut patterns);
        Self { root, patterns }
    }

    /// The first thing that is wrong with a value.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        self.one(&self.root, value, "")
    }

    fn one(&self, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
        let keywords = match schema {
            Value::Bool(true) => return Ok(()),
            Value::Bool(false) => return Err(format!("{path}: must not be there")),
            schema => schema.as_object().unwrap(),
        };
        for (keyword, wanted) in keywords {
            let held = match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" | "then" | "else" => true,
                "$ref" => {
                    let pointer = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                    self.one(self.root.pointer(pointer).unwrap(), value, path)?;
                    true
                }
                "allOf" => {
                    for schema in wanted.as_array().unwrap() {
                        self.one(schema, value, path)?;
                    }
                    true
                }
                "anyOf" => {
                    let mut any = wanted.as_array().unwrap().iter();
                    any.any(|schema| self.one(schema, value, path).is_ok())
                }
                "if" => {
                    let branch =
                        if self.one(wanted, value, path).is_ok() { "then" } else { "else" };
                    if let Some(schema) = keywords.get(branch) {
                        self.one(schema, value, path)?;
                    }
                    true
                }
                "type" => is_of_type(value, wanted.as_str().unwrap()),
                "enum" => wanted.as_array().unwrap().contains(value),
                "const" => wanted == value,
                "pattern" => {
                    let pattern = &self.patterns[wanted.as_str().unwrap()];
                    value.as_str().is_none_or(|text| pattern.is_match(text))
                }
                "minimum" => value.is_number() && !below(value, wanted),
                "maximum" => value.is_number() && !below(wanted, value),
                "properties" => {
                    for (name, schema) in wanted.as_object().unwrap() {
                        if let Some(value) = value.get(name) {
                            self.one(schema, value, &format!("{path}.{name}"))?;
                        }
                    }
                    true
                }
                "additionalProperties" => {
                    assert_eq!(wanted, &Value::Bool(false));
                    let known = keywords["properties"].as_object().unwrap();
                    value.as_object().is_none_or(|o| o.keys().all(|name| known.contains_key(name)))
                }
                "required" => has_all(value, wanted),
                "dependentRequired" => {
                    let mut pairs = wanted.as_object().unwrap().iter();
                    pairs.all(|(name, others)| value.get(name).is_none() || has_all(value, others))
                }
                "minProperties" => {
                    value.as_object().is_none_or(|o| o.len() >= wanted.as_u64().unwrap() as usize)
                }
                "items" => {
                    for item in value.as_array().unwrap_or(&Vec::new()) {
                        self.one(wanted, item, &format!("{path}[]"))?;
                    }
                    true
                }
                "minItems" => {
                    value.as_array().is_none_or(|a| a.len() >= wanted.as_u64().unwrap() as usize)
                }
                "maxItems" => {
                    value.as_array().is_none_or(|a| a.len() <= wanted.as_u64().unwrap() as usize)
                }
                "uniqueItems" => value
                    .as_array()
                    .is_none_or(|a| (1..a.len()).all(|at| !a[..at].contains(&a[at]))),
                other => panic!("the schema uses {other}"),
            };
            if !held {
                return Err(format!("{path}: {value} is not as {keyword} {wanted} wants it"));
            }
        }
        Ok(())
    }
}

fn compile(schema: &Value, patterns: &mut HashMap<String, Regex>) {
    match schema {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let ("pattern", Value::String(pattern)) = (name.as_str(), value) {
                    patterns.insert(pattern.clone(), Regex::new(pattern).unwrap());
                }
                compile(value, patterns);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| compile(value, patterns)),
        _ => {}
    }
}

fn is_of_type(value: &Value, wanted: &str) -> bool {
    match wanted {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        other => panic!("the schema has a type {other}"),
    }
}

/// Of whole numbers exactly, since counters have 64 bits.
fn below(a: &Value, b: &Value) -> bool {
    let whole = |v: &Value| v.as_u64().map(i128::from).or(v.as_i64().map(i128::from));
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a < b,
        _ => a.as_f64().unwrap() < b.as_f64().unwrap(),
    }
}

fn has_all(value: &Value, names: &Value) -> bool {
    let mut names = names.as_array().unwrap().iter();
    names.all(|name| value.get(name.as_str().unwrap()).is_some())
}

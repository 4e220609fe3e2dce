//! Server-sent events, as the HTML standard has them.

use serde_json::Value;

/// An event with data.
#[derive(Debug)]
pub(super) struct Event {
    name: Option<String>,
    id: Option<String>,
    pub(super) data: String,
}

impl Event {
    /// What some APIs send to say that nothing follows.
    pub(super) fn is_sentinel(&self) -> bool {
        self.data == "[DONE]"
    }

    /// The event as JSON.
    pub(super) fn json(&self) -> String {
        let mut json = serde_json::Map::new();
        let members =
            [("data", Some(&self.data)), ("event", self.name.as_ref()), ("id", self.id.as_ref())];
        for (name, text) in members {
            if let Some(text) = text {
                json.insert(name.to_owned(), Value::from(text.as_str()));
            }
        }
        Value::Object(json).to_string()
    }

    /// The event for reading.
    pub(super) fn line(&self) -> String {
        match &self.name {
            Some(name) => format!("{name}: {}", self.data),
            None => self.data.clone(),
        }
    }
}

/// Reads events from bytes.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    after_return: bool,
    begun: bool,
    name: Option<String>,
    id: Option<String>,
    data: Option<String>,
}

impl Events {
    pub(super) fn push(&mut self, bytes: &[u8], mut each: impl FnMut(Event)) {
        for &byte in bytes {
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => {
                    if let Some(event) = self.line() {
                        each(event);
                    }
                }
                _ => self.line.push(byte),
            }
        }
    }

    /// The last event, of a stream that lacks the empty line at its end.
    pub(super) fn finish(mut self) -> Option<Event> {
        if self.line.is_empty() { self.event() } else { self.line().or_else(|| self.event()) }
    }

    fn line(&mut self) -> Option<Event> {
        let bytes = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&bytes);
        let line = if self.begun { &*line } else { line.trim_start_matches('\u{feff}') };
        self.begun = true;
        if line.is_empty() {
            return self.event();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match field {
            "event" => self.name = Some(value),
            "id" => self.id = Some(value),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(&value);
                }
                None => self.data = Some(value),
            },
            _ => {}
        }
        None
    }

    /// An event without data is none.
    fn event(&mut self) -> Option<Event> {
        let (name, id) = (self.name.take(), self.id.take());
        let data = self.data.take()?;
        Some(Event { name: name.filter(|name| !name.is_empty()), id, data })
    }
}

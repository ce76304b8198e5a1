//! What is answered to a request, from bytes to bytes.

#![forbid(unsafe_code)]

use httparse::{EMPTY_HEADER, Error, Request, Status};

/// Bytes of a request without its body at most.
pub const MAX_REQUEST_BYTES: usize = 8192;

/// Headers of a request at most: Prometheus sends six.
const MAX_HEADERS: usize = 64;

/// The type of the exposition format.
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";

/// The whole answer to the bytes that came so far, or nothing where the request has not ended. A body is not
/// waited for: no method that is served has one. `metrics` appends the metrics.
pub fn answer(bytes: &[u8], metrics: impl FnOnce(&mut Vec<u8>)) -> Option<Vec<u8>> {
    let mut headers = [EMPTY_HEADER; MAX_HEADERS];
    let mut request = Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(Status::Complete(_)) => {}
        Ok(Status::Partial) if bytes.len() < MAX_REQUEST_BYTES => return None,
        Ok(Status::Partial) | Err(Error::TooManyHeaders) => {
            return Some(refusal("431 Request Header Fields Too Large", "", false));
        }
        Err(_) => return Some(refusal("400 Bad Request", "", false)),
    }
    let method = request.method.unwrap_or_default();
    let is_head = method == "HEAD";
    let page = match path(request.path.unwrap_or_default()) {
        page @ ("/metrics" | "/") => page,
        _ => return Some(refusal("404 Not Found", "", is_head)),
    };
    if !is_head && method != "GET" {
        return Some(refusal("405 Method Not Allowed", "Allow: GET, HEAD\r\n", false));
    }
    let mut body = Vec::new();
    let kind = if page == "/metrics" {
        metrics(&mut body);
        METRICS
    } else {
        body.extend_from_slice(b"pfstatelog: its metrics are at /metrics\n");
        PLAIN
    };
    Some(response("200 OK", "", kind, &body, is_head))
}

/// The path of a target, without its query. A proxy sends the whole address.
fn path(target: &str) -> &str {
    let target = match target.split_once("://") {
        Some(("http", rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        _ => target,
    };
    target.split('?').next().unwrap_or_default()
}

fn refusal(status: &str, headers: &str, is_head: bool) -> Vec<u8> {
    response(status, headers, PLAIN, format!("{status}\n").as_bytes(), is_head)
}

/// To HEAD the same without its body.
fn response(status: &str, headers: &str, kind: &str, body: &[u8], is_head: bool) -> Vec<u8> {
    let length = body.len();
    let mut out = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{headers}\
         Connection: close\r\n\r\n"
    )
    .into_bytes();
    if !is_head {
        out.extend_from_slice(body);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(request: &[u8]) -> Option<String> {
        let answer = answer(request, |body| body.extend_from_slice(b"up 1\n"));
        answer.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn metrics_are_told_whoever_asks_for_them() {
        let expected = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n\
                        Content-Length: 5\r\nConnection: close\r\n\r\nup 1\n";
        for request in [
            "GET /metrics HTTP/1.1\r\nHost: fw:9100\r\n\r\n",
            "GET /metrics HTTP/1.0\r\n\r\n",
            "GET /metrics?a=b&c HTTP/1.1\r\n\r\n",
            "GET http://fw:9100/metrics HTTP/1.1\r\n\r\n",
            "\r\nGET /metrics HTTP/1.1\nHost: x\n\n",
            "GET /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\nbody!",
        ] {
            assert_eq!(answered(request.as_bytes()).as_deref(), Some(expected), "{request}");
        }
        let head = answered(b"HEAD /metrics HTTP/1.1\r\n\r\n").unwrap();
        assert_eq!(Some(head.as_str()), expected.strip_suffix("up 1\n"));
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        for (request, status) in [
            ("GET / HTTP/1.1\r\n\r\n", "200 OK"),
            ("GET http://fw HTTP/1.1\r\n\r\n", "200 OK"),
            ("GET /metric HTTP/1.1\r\n\r\n", "404 Not Found"),
            ("GET /metrics/ HTTP/1.1\r\n\r\n", "404 Not Found"),
            ("POST /nothing HTTP/1.1\r\n\r\n", "404 Not Found"),
            ("OPTIONS * HTTP/1.1\r\n\r\n", "404 Not Found"),
            ("POST /metrics HTTP/1.1\r\n\r\n", "405 Method Not Allowed"),
            ("get /metrics HTTP/1.1\r\n\r\n", "405 Method Not Allowed"),
            ("GET /metrics HTTP/2.0\r\n\r\n", "400 Bad Request"),
            ("GET /metrics\r\n\r\n", "400 Bad Request"),
            ("GET /metrics HTTP/1.1\r\nno colon\r\n\r\n", "400 Bad Request"),
            ("\u{16}\u{3}\u{1}\u{2}", "400 Bad Request"),
        ] {
            let answer = answered(request.as_bytes()).unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{request}: {answer}");
        }
        let answer = answered(b"PUT /metrics HTTP/1.1\r\n\r\n").unwrap();
        assert!(answer.contains("\r\nAllow: GET, HEAD\r\n"), "{answer}");
        let answer = answered(b"HEAD /nothing HTTP/1.1\r\n\r\n").unwrap();
        assert!(answer.ends_with("\r\n\r\n"), "no body: {answer}");
    }

    #[test]
    fn a_request_is_waited_for_until_it_is_too_long() {
        let whole = b"GET /metrics HTTP/1.1\r\nHost: fw\r\n\r\n";
        for len in 0..whole.len() {
            assert_eq!(answered(&whole[..len]), None, "{len}");
        }
        let mut long = b"GET /metrics HTTP/1.1\r\nX: ".to_vec();
        long.resize(MAX_REQUEST_BYTES - 1, b'x');
        assert_eq!(answered(&long), None);
        long.push(b'x');
        assert!(answered(&long).unwrap().starts_with("HTTP/1.1 431 "));
        let many = format!("GET /metrics HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(MAX_HEADERS + 1));
        assert!(answered(many.as_bytes()).unwrap().starts_with("HTTP/1.1 431 "));
    }
}

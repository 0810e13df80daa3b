package dev.millrace.http;

/// Answers requests, each on a virtual thread of its own. What it throws becomes an error answer,
/// or when the answer has begun already, the end of the connection.
@FunctionalInterface
public interface HttpHandler {
  void handle(Exchange exchange);
}

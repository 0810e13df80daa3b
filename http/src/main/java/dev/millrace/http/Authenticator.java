package dev.millrace.http;

/// Decides whether a request may go on. Asked before the router looks at anything but the few open
/// routes, so that who is not known learns nothing, not even which routes there are.
@FunctionalInterface
public interface Authenticator {
  /// Lets the request pass, or throws.
  ///
  /// @throws dev.millrace.base.MillraceException UNAUTHENTICATED or ACCESS_DENIED
  void authenticate(Exchange exchange);
}

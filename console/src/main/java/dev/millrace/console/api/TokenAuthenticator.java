package dev.millrace.console.api;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.api.BearerToken;
import dev.millrace.http.Authenticator;
import dev.millrace.http.Exchange;

/// Lets those pass who show the node's token.
final class TokenAuthenticator implements Authenticator {
  private final BearerToken token;

  TokenAuthenticator(BearerToken token) {
    this.token = token;
  }

  @Override
  public void authenticate(Exchange exchange) {
    boolean shown = exchange.header("Authorization").map(token::shownBy).orElse(false);
    if (!shown) {
      throw new MillraceException(
          ErrorCode.UNAUTHENTICATED,
          "request: no token or a wrong one: send 'Authorization: Bearer' with the token from the"
              + " node's home");
    }
  }
}

package dev.millrace.node;

final class EmbeddedAdminTest extends AbstractAdminTest {
  EmbeddedAdminTest() {
    super(Door.EMBEDDED);
  }
}

package dev.millrace.node;

final class RemoteAdminTest extends AbstractAdminTest {
  RemoteAdminTest() {
    super(Door.REMOTE);
  }
}

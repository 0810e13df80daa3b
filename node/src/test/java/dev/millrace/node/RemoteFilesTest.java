package dev.millrace.node;

final class RemoteFilesTest extends AbstractFilesTest {
  RemoteFilesTest() {
    super(Door.REMOTE);
  }
}

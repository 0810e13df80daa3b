package dev.millrace.node;

final class EmbeddedJobsTest extends AbstractJobsTest {
  EmbeddedJobsTest() {
    super(Door.EMBEDDED);
  }
}

package dev.millrace.node.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.model.NodeId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeTest {
  private final IdSource ids = new IdSource(Clock.system(), new Random(1));

  @TempDir Path temp;

  @Test
  void aHomeKeepsItsNode() {
    Path folder = temp.resolve("a/b/home");
    NodeId node;
    try (Home home = Home.open(folder, ids).orElseThrow()) {
      node = home.node();
    }
    try (Home home = Home.open(folder, ids).orElseThrow()) {
      assertThat(home.node()).isEqualTo(node);
    }
  }

  @Test
  void oneAtATime() {
    Path folder = temp.resolve("home");
    try (Home home = Home.open(folder, ids).orElseThrow()) {
      assertThat(home.folder()).isEqualTo(folder);
      assertThat(Home.open(folder, ids)).isEmpty();
    }
    Home.open(folder, ids).orElseThrow().close();
  }

  @Test
  void aHomeOfAnotherFormatIsRefusedAndLeftAlone() throws IOException {
    Path file = temp.resolve("home");
    String later = "millrace home 2\nnode 00000000000000000000000000000001\n";
    Files.writeString(file, later);
    assertThatThrownBy(() -> Home.open(temp, ids))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("format is 2 and this Millrace reads 1")
        .extracting(e -> ((MillraceException) e).code())
        .isEqualTo(ErrorCode.HOME_VERSION);
    assertThat(file).hasContent(later);
  }

  @Test
  void aFolderOfSomethingElseIsRefused() throws IOException {
    Files.writeString(temp.resolve("home"), "my notes");
    assertThatThrownBy(() -> Home.open(temp, ids)).hasMessageContaining("not a Millrace home");
  }

  @Test
  void aCatalogWithoutIdentityIsNotTakenForANewHome() throws IOException {
    Files.createDirectory(temp.resolve("catalog"));
    assertThatThrownBy(() -> Home.open(temp, ids))
        .hasMessageContaining("it has a catalog but no file 'home'");
  }

  @Test
  void aRunningNodeIsFoundUntilItTakesItsWordBack() {
    try (Home home = Home.open(temp.resolve("home"), ids).orElseThrow()) {
      RunningNode running = new RunningNode(1, URI.create("http://127.0.0.1:9001"));
      running.publish(home);
      assertThat(RunningNode.find(home.folder())).contains(running);
      RunningNode.retract(home);
      assertThat(RunningNode.find(home.folder())).isEmpty();
    }
  }
}

package dev.millrace.client.api;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Admin.Checkup;
import dev.millrace.client.Admin.Finding;
import dev.millrace.client.Admin.KeyRotation;
import dev.millrace.client.Admin.ScrubReport;
import dev.millrace.model.DiskId;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeId;
import dev.millrace.model.NodeInfo;

/// Nodes, disks, reports and failures as JSON.
public final class AdminJson {
  private AdminJson() {}

  public static JsonObject of(NodeInfo node) {
    return new JsonObject()
        .with("id", node.id().toString())
        .withTexts("roles", node.roles())
        .with("state", node.state())
        .with("pid", node.pid())
        .with("host", node.host())
        .with("address", node.address())
        .withObjects("disks", node.disks(), AdminJson::of)
        .with("slots", node.slots())
        .with("chunks", node.chunks())
        .with("storedBytes", node.storedBytes())
        .with("damagedChunks", node.damagedChunks());
  }

  public static NodeInfo node(JsonObject json) {
    return new NodeInfo(
        json.parsed("id", NodeId::parse),
        json.texts("roles"),
        json.text("state"),
        json.number("pid"),
        json.text("host"),
        json.text("address"),
        json.objects("disks", AdminJson::disk),
        json.integer("slots"),
        json.number("chunks"),
        json.number("storedBytes"),
        json.number("damagedChunks"));
  }

  public static JsonObject of(DiskInfo disk) {
    return new JsonObject()
        .with("id", disk.id().toString())
        .with("path", disk.path())
        .with("capacityBytes", disk.capacityBytes())
        .with("freeBytes", disk.freeBytes())
        .with("headRoomBytes", disk.headRoomBytes())
        .with("writable", disk.writable());
  }

  public static DiskInfo disk(JsonObject json) {
    return new DiskInfo(
        json.parsed("id", DiskId::parse),
        json.text("path"),
        json.number("capacityBytes"),
        json.number("freeBytes"),
        json.number("headRoomBytes"),
        json.flag("writable"));
  }

  public static JsonObject of(KeyRotation rotation) {
    return new JsonObject()
        .with("masterKeyNumber", rotation.masterKeyNumber())
        .with("rewrapped", rotation.rewrapped());
  }

  public static KeyRotation rotation(JsonObject json) {
    return new KeyRotation(json.integer("masterKeyNumber"), json.number("rewrapped"));
  }

  public static JsonObject of(ScrubReport report) {
    return new JsonObject()
        .with("chunks", report.chunks())
        .with("bytes", report.bytes())
        .withTexts("damaged", report.damaged());
  }

  public static ScrubReport scrub(JsonObject json) {
    return new ScrubReport(json.number("chunks"), json.number("bytes"), json.texts("damaged"));
  }

  public static JsonObject of(Checkup checkup) {
    return new JsonObject().withObjects("sandbox", checkup.sandbox(), AdminJson::of);
  }

  public static Checkup checkup(JsonObject json) {
    return new Checkup(json.objects("sandbox", AdminJson::finding));
  }

  private static JsonObject of(Finding finding) {
    return new JsonObject()
        .with("name", finding.name())
        .with("holds", finding.holds())
        .with("detail", finding.detail())
        .with("remedy", finding.remedy());
  }

  private static Finding finding(JsonObject json) {
    return new Finding(
        json.text("name"), json.flag("holds"), json.text("detail"), json.text("remedy"));
  }

  /// A failure: its stable number, its name for people, its message.
  public static JsonObject error(ErrorCode code, String message) {
    return new JsonObject()
        .with("code", code.number())
        .with("name", code.name())
        .with("message", message);
  }

  public static MillraceException error(JsonObject json) {
    return new MillraceException(ErrorCode.ofNumber(json.integer("code")), json.text("message"));
  }
}

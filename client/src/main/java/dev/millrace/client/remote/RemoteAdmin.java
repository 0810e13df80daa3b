package dev.millrace.client.remote;

import dev.millrace.client.Admin;
import dev.millrace.client.api.AdminJson;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.JsonObject;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeInfo;
import java.util.List;

/// `Admin` over the API.
final class RemoteAdmin implements Admin {
  private final Api api;

  RemoteAdmin(Api api) {
    this.api = api;
  }

  @Override
  public List<NodeInfo> nodes() {
    return api.json(Call.of("GET", path("nodes"))).objects("nodes", AdminJson::node);
  }

  @Override
  public DiskInfo addDisk(String path) {
    return AdminJson.disk(
        api.json(Call.of("POST", path("disks")), new JsonObject().with("path", path)));
  }

  @Override
  public KeyRotation rotateKey() {
    return AdminJson.rotation(
        api.json(Call.of("POST", path("keys").segment("rotate")), new JsonObject()));
  }

  @Override
  public ScrubReport scrub() {
    return AdminJson.scrub(api.json(Call.of("POST", path("scrub")), new JsonObject()));
  }

  @Override
  public Checkup doctor() {
    return AdminJson.checkup(api.json(Call.of("GET", path("doctor"))));
  }

  private static Target path(String segment) {
    return Target.of(ApiNames.ROOT).segment(segment);
  }
}

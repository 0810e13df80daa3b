package dev.millrace.client.api;

import dev.millrace.client.Explanation;
import dev.millrace.model.JobId;

/// Explanations as JSON.
public final class ExplanationJson {
  private ExplanationJson() {}

  public static JsonObject of(Explanation explanation) {
    return new JsonObject()
        .with("job", JobJson.of(explanation.job()))
        .with("computed", JobJson.of(explanation.computed()))
        .with("inputCount", explanation.inputCount())
        .withObjects("inputs", explanation.inputs(), ExplanationJson::of)
        .withObjects("ancestors", explanation.ancestors(), ExplanationJson::of);
  }

  public static Explanation explanation(JsonObject json) {
    return new Explanation(
        JobJson.job(json.object("job")),
        JobJson.job(json.object("computed")),
        json.integer("inputCount"),
        json.objects("inputs", ExplanationJson::input),
        json.objects("ancestors", ExplanationJson::ancestor));
  }

  private static JsonObject of(Explanation.Input input) {
    return VersionJson.ref(input.ref())
        .with("label", input.label())
        .withOptional("sizeBytes", input.sizeBytes());
  }

  private static Explanation.Input input(JsonObject json) {
    return new Explanation.Input(
        VersionJson.ref(json), json.text("label"), json.optionalNumber("sizeBytes"));
  }

  private static JsonObject of(Explanation.Ancestor ancestor) {
    return new JsonObject().with("job", ancestor.job().toString()).with("whole", ancestor.whole());
  }

  private static Explanation.Ancestor ancestor(JsonObject json) {
    return new Explanation.Ancestor(json.parsed("job", JobId::parse), json.flag("whole"));
  }
}

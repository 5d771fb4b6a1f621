using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Assessments;

/// <summary>Changes those parts of an assessment that the request's mask names. Who said it, and of which span, stays.</summary>
internal static class UpdateAssessment
{
    private static readonly string[] Known = ["assessment_name", "feedback", "expectation", "rationale", "metadata", "valid", "error"];

    public static void Map(IEndpointRouteBuilder group) =>
        group.MapOperationOnAny("PATCH", "/traces/{trace_id}/assessments/{assessment_id}", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var item = call.Fields.Object("assessment") ?? throw MlflowError.Missing("assessment");
        var parts = PartsOf(call.Fields.RequiredText("update_mask"));
        var (scope, traceId, id, now) = (call.Scope, call.Route("trace_id"), call.Route("assessment_id"), call.Now.ToUnixTimeMilliseconds());
        var changed = await call.Get<GroupWriter>().Write(session =>
        {
            var trace = TraceReader.Find(session, scope, traceId);
            var known = AssessmentStore.Find(session, trace, id);
            var after = Changed(known, item, parts) with { UpdatedAt = Math.Max(now, known.UpdatedAt + 1) };
            TraceWrites.Assessment(session, trace.Key, after);
            return after;
        });
        await CreateAssessment.Answer(call, changed, traceId);
    }

    // A mask in JSON has its paths with capitals, and a comma between them.
    private static HashSet<string> PartsOf(string mask)
    {
        var parts = mask.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(path => string.Concat(path.Split('.')[0].Select(letter => char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"))).ToHashSet(StringComparer.Ordinal);
        return parts.FirstOrDefault(part => !Known.Contains(part)) is { } unknown
            ? throw MlflowError.Invalid($"Invalid update_mask: '{unknown}' can't be changed. It names some of {string.Join(", ", Known)}.")
            : parts;
    }

    private static AssessmentRow Changed(AssessmentRow known, JsonElement item, HashSet<string> parts)
    {
        var after = known;
        if (parts.Contains("assessment_name") && item.TextOf("assessment_name", "assessment.assessment_name") is { Length: > 0 } name)
            after = after with { Name = TraceFields.Kept(Names.DemandLength(name, Names.LengthMax, "Assessment name", "assessment.assessment_name")) };
        if (parts.Contains(AssessmentRow.Feedback) && parts.Contains(AssessmentRow.Expectation))
            throw MlflowError.Invalid("Cannot specify both `expectation` and `feedback` parameters.");
        foreach (var kind in (ReadOnlySpan<string>)[AssessmentRow.Feedback, AssessmentRow.Expectation])
        {
            if (parts.Contains(kind))
                after = WithContent(after, item, kind);
        }

        if (parts.Contains("rationale"))
            after = after with { Rationale = AssessmentFields.RationaleOf(item) };
        if (parts.Contains("error"))
            after = after with { Error = item.Member("error") is { } error ? AssessmentFields.Json(error) : null };
        if (parts.Contains("metadata"))
            after = after with { Metadata = Merged(known.Metadata, AssessmentFields.MetadataOf(item)) };
        if (parts.Contains("valid"))
            after = after with { IsValid = item.Member("valid") is not { ValueKind: JsonValueKind.False } };
        return after;
    }

    private static AssessmentRow WithContent(AssessmentRow row, JsonElement item, string kind)
    {
        if (row.Kind != kind)
        {
            throw MlflowError.Invalid(kind == AssessmentRow.Expectation
                ? "Cannot update expectation value on a Feedback assessment."
                : "Cannot update feedback value on an Expectation assessment.");
        }

        return item.Member(kind) is { ValueKind: JsonValueKind.Object } content
            ? row with { Content = AssessmentFields.ContentOf(kind, content), Value = AssessmentFields.ValueOf(kind, content, row.Name) }
            : throw MlflowError.Missing($"assessment.{kind}");
    }

    // New entries come to those that are there.
    private static string? Merged(string? known, List<KeyValuePair<string, string>> more)
    {
        var merged = known is null ? [] : JsonNode.Parse(known)!.AsObject();
        foreach (var (key, value) in more)
            merged[key] = value;
        return merged.Count == 0 ? null : merged.ToJsonString();
    }
}

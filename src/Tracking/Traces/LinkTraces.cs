using System.Text.Json;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces;

/// <summary>Links traces with a run, or a trace with versions of prompts, so that they are found by them.</summary>
internal static class LinkTraces
{
    public const string Run = "run";
    public const string Prompt = "prompt";
    private const int LinksMax = 100;

    private static readonly Statement Add = new(
        "INSERT INTO tracking_trace_links (project, trace_id, kind, target) VALUES (@p0, @p1, @p2, @p3) ON CONFLICT DO NOTHING");

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperationOnAny("POST", "/traces/link-to-run", ToRun, TrackingPermissions.Write);
        group.MapOperationOnAny("POST", "/traces/link-prompts", ToPrompts, TrackingPermissions.Write);
    }

    private static async Task ToRun(MlflowCall call)
    {
        var (scope, ids, run) = (call.Scope, call.Fields.Texts("trace_ids"), call.Fields.RequiredText("run_id"));
        if (ids.Count == 0)
            throw MlflowError.Missing("trace_ids");
        if (ids.Count > LinksMax)
            throw MlflowError.Invalid($"Cannot link more than {LinksMax} traces to a run in a single request. Provided {ids.Count} traces.");
        foreach (var id in ids)
            TraceFields.DemandId(id);
        await call.Get<GroupWriter>().Write(session =>
        {
            RunWrites.Find(session, scope, run);
            foreach (var id in ids)
            {
                TraceReader.TryFind(session, scope, id);   // for who may not write to it
                session.Execute(Add, scope.Project, id, Run, run);
            }
            return true;
        });
        await call.Answer();
    }

    private static async Task ToPrompts(MlflowCall call)
    {
        var (scope, id) = (call.Scope, call.Fields.RequiredText("trace_id"));
        var prompts = call.Fields.List("prompt_versions").Select(VersionOf).ToList();
        if (prompts.Count == 0)
            throw MlflowError.Missing("prompt_versions");
        if (prompts.Count > LinksMax)
            throw MlflowError.Invalid($"Cannot link more than {LinksMax} prompts to a trace in a single request. Provided {prompts.Count} prompts.");
        await call.Get<GroupWriter>().Write(session =>
        {
            TraceReader.Find(session, scope, id);
            foreach (var prompt in prompts)
                session.Execute(Add, scope.Project, id, Prompt, prompt);
            return true;
        });
        await call.Answer();
    }

    private static string VersionOf(JsonElement item)
    {
        var name = item.TextOf("name", "prompt_versions.name") is { Length: > 0 } said ? said : throw MlflowError.Missing("prompt_versions.name");
        var version = item.Member("version") is { } number
            ? number.ValueKind == JsonValueKind.String ? JsonFields.Text(number, "prompt_versions.version") : JsonFields.Compact(number)
            : throw MlflowError.Missing("prompt_versions.version");
        return Names.DemandLength(TraceFields.Kept($"{name}/{version}"), TraceLink.TargetLengthMax, "Prompt version", "prompt_versions");
    }
}

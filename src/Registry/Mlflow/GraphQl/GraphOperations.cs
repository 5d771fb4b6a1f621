using System.Buffers;
using System.Text.Json;
using Assay.Kernel.Refusals;
using Assay.Registry.Mlflow.Versions;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Inputs;
using Assay.Tracking.Metrics;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using GraphQL;

namespace Assay.Registry.Mlflow.GraphQl;

/// <summary>The operations by REST to which the fields of a query go.</summary>
internal static class GraphOperations
{
    private static readonly Dictionary<string, Func<MlflowCall, Task>> Operations = new()
    {
        ["mlflowGetExperiment"] = GetExperiment.Handle,
        ["mlflowGetMetricHistoryBulkInterval"] = GetHistoryInterval.Handle,
        ["mlflowGetRun"] = GetRun.Handle,
        ["mlflowListArtifacts"] = RunFiles.List,
        ["mlflowSearchModelVersions"] = SearchVersions.Handle,
        ["mlflowSearchRuns"] = SearchRuns.Handle,
        ["mlflowSearchDatasets"] = SearchDatasets.Handle,
    };

    /// <summary>What a run has beside its message.</summary>
    public static readonly IReadOnlyDictionary<string, Func<IResolveFieldContext, ValueTask<object?>>> OfRun =
        new Dictionary<string, Func<IResolveFieldContext, ValueTask<object?>>>
        {
            ["experiment"] = ExperimentOf,
            ["modelVersions"] = VersionsOf,
        };

    /// <summary>What the operation answers to the field's argument <c>input</c>.</summary>
    /// <exception cref="ExecutionError">It refuses.</exception>
    public static async ValueTask<object?> Ask(IResolveFieldContext context, string field)
    {
        if (!Operations.TryGetValue(field, out var operation))
            return JsonSerializer.SerializeToElement(new { output = context.GetArgument<string?>("inputString") ?? "" });
        return await Ask(context, operation, GraphValues.Message(context));
    }

    // Runs of a page are of few experiments: each is looked up once.
    private static async ValueTask<object?> ExperimentOf(IResolveFieldContext context)
    {
        var id = Info(context, "experiment_id");
        if (!context.UserContext.TryGetValue(id, out var known))
        {
            var answer = await Ask(context, GetExperiment.Handle, new() { ["experiment_id"] = id });
            context.UserContext[id] = known = answer.GetProperty("experiment");
        }

        return known;
    }

    private static async ValueTask<object?> VersionsOf(IResolveFieldContext context)
    {
        var answer = await Ask(context, SearchVersions.Handle, new() { ["filter"] = $"run_id='{Info(context, "run_id")}'" });
        return answer.TryGetProperty("model_versions", out var versions) ? versions.EnumerateArray().ToList() : [];
    }

    private static string Info(IResolveFieldContext context, string name) => ((JsonElement)context.Source!).GetProperty("info").GetProperty(name).GetString()!;

    private static async Task<JsonElement> Ask(IResolveFieldContext context, Func<MlflowCall, Task> operation, Dictionary<string, object?> message)
    {
        var into = new ArrayBufferWriter<byte>();
        using var fields = MlflowFields.Of(JsonSerializer.SerializeToDocument(message));
        try
        {
            await operation((MlflowCall)context.RootValue! with { Fields = fields, Into = into });
        }
        catch (Refusal refusal)   // the other fields are answered nevertheless
        {
            throw new ExecutionError(refusal.Message);
        }

        return JsonElement.Parse(into.WrittenSpan);
    }
}

using System.Text.Json;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Tracking.Inputs;

/// <summary>Says which datasets and models an active run has read.</summary>
internal static class LogInputs
{
    private const int DatasetsMax = 10_000;
    private const long BodyBytesMax = 40L << 20;   // a profile alone may have 16 MiB

    public static void Map(IEndpointRouteBuilder group) =>
        group.MapOperationOnAny("POST", "/runs/log-inputs", Handle, TrackingPermissions.Write).WithMetadata(new RequestSizeLimitAttribute(BodyBytesMax));

    private static async Task Handle(MlflowCall call)
    {
        var (id, scope) = (call.Fields.RunId(), call.Scope);
        var inputs = call.Fields.List("datasets").Select(Read).ToList();
        var models = call.Fields.List("models").Select(item => ModelOf(item, "models")).ToList();
        if (inputs.Count == 0 && models.Count == 0)
            throw MlflowError.Missing("datasets");
        if (inputs.Count > DatasetsMax)
            throw MlflowError.Invalid($"A request can log at most {DatasetsMax} datasets. Got {inputs.Count}.");
        await call.Get<GroupWriter>().Write(session =>
        {
            var run = RunWrites.FindToChange(session, scope, id);
            foreach (var input in inputs)
                InputWrites.Dataset(session, run, input);
            foreach (var model in models)
                InputWrites.Model(session, run, isOutput: false, model, 0);
            return run;
        });
        await call.Answer();
    }

    /// <summary>The id of a model in a list of them.</summary>
    public static string ModelOf(JsonElement item, string list) => item.TextOf("model_id", $"{list}.model_id") is { Length: > 0 and <= 64 } id
        ? id
        : throw MlflowError.Missing($"{list}.model_id");

    private static DatasetInput Read(JsonElement item)
    {
        var dataset = item.Member("dataset") ?? throw MlflowError.Invalid("Dataset cannot be None");
        var input = new DatasetInput(
            Text(dataset, "name", InputDataset.NameLengthMax)!, Text(dataset, "digest", InputDataset.DigestLengthMax)!,
            Text(dataset, "source_type", InputDataset.NameLengthMax)!, Text(dataset, "source", InputDataset.SourceLengthMax)!,
            Text(dataset, "schema", InputDataset.SchemaLengthMax, optional: true), Text(dataset, "profile", InputDataset.ProfileLengthMax, optional: true));
        if (item.Member("tags") is not { } tags)
            return input;
        if (tags.ValueKind != JsonValueKind.Array)
            throw JsonFields.Wrong(tags, "datasets.tags");
        foreach (var tag in tags.EnumerateArray())
        {
            var key = tag.TextOf("key", "datasets.tags.key") ?? throw MlflowError.Invalid("InputTag key cannot be None");
            var value = tag.TextOf("value", "datasets.tags.value") ?? throw MlflowError.Invalid("InputTag value cannot be None");
            Names.DemandLength(key, RunInputTag.KeyLengthMax, "InputTag key", "key");
            Names.DemandLength(value, RunInputTag.ValueLengthMax, "InputTag value", "value");
            input.Tags.Add(new(key, value));
        }

        return input;
    }

    private static string? Text(JsonElement dataset, string name, int lengthMax, bool optional = false)
    {
        var text = dataset.TextOf(name, $"datasets.dataset.{name}");
        if (text is null && !optional)
            throw MlflowError.Invalid($"Dataset {name} cannot be None");
        return text is null ? null : Names.DemandLength(text, lengthMax, $"Dataset {name}", name);
    }
}

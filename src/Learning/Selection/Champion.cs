using System.Text.Json;
using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Learning.Features;
using Assay.Learning.Onnx;

namespace Assay.Learning.Selection;

/// <summary>The model now in production, to be measured on the same hold-out rows.</summary>
internal sealed class Champion
{
    private readonly byte[] _model;
    private readonly ModelSchema _schema;

    private Champion(byte[] model, ModelSchema schema, SplitRule split) => (_model, _schema, Split) = (model, schema, split);

    /// <summary>How its own hold-out rows were chosen.</summary>
    public SplitRule Split { get; }

    /// <summary>What its callers send, in their order.</summary>
    public IReadOnlyList<ModelInput> Inputs => _schema.Inputs;

    /// <exception cref="TrainingRefusedException">The folder is no package.</exception>
    public static Champion Read(string folder)
    {
        try
        {
            var evaluation = Parse<Evaluation>(folder, PackageFiles.Evaluation);
            return new(
                File.ReadAllBytes(Path.Combine(folder, PackageFiles.Model)),
                Parse<ModelSchema>(folder, PackageFiles.Schema),
                evaluation.Split ?? throw new JsonException("The evaluation says nothing about its split."));
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            throw new TrainingRefusedException($"The package to compare with can't be read: {problem.Message}");
        }
    }

    /// <summary>Its predictions for these rows of the positive class that is learned now, or why there are none.</summary>
    public (float[]? Predictions, string? Problem) Predict(Table table, Labels.Label label, string labelName, int[] rows)
    {
        var reversed = _schema.Classes is not null && label.Classes is not null && _schema.Classes.SequenceEqual(label.Classes.Reverse());
        if (_schema.Task != label.Task || _schema.Label != labelName)
            return (null, $"it predicts '{_schema.Label}' by {_schema.Task.ToString().ToLowerInvariant()}");
        if (!reversed && label.Classes is not null && !(_schema.Classes ?? []).SequenceEqual(label.Classes))
            return (null, $"it tells '{string.Join("' from '", _schema.Classes ?? [])}'");

        var wanted = _schema.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var others = table.Columns.Select(column => column.Name).Where(name => !wanted.Contains(name)).ToArray();
        var features = FeatureReader.Read(table, labelName, others).Features.ToDictionary(feature => feature.Name);
        foreach (var input in _schema.Inputs)
        {
            if (!features.TryGetValue(input.Name, out var feature) || Profiling(feature) != input.Type)
                return (null, $"its input '{input.Name}' is no {input.Type.ToString().ToLowerInvariant()} in these rows");
        }

        using var scorer = new OnnxScorer(_model);
        var predictions = scorer.Predict([.. _schema.Inputs.Select(input => features[input.Name])], _schema.Output, rows);
        if (predictions.Any(float.IsNaN))
            return (null, "it predicts no number for some of these rows");
        return (reversed ? Array.ConvertAll(predictions, value => 1 - value) : predictions, null);
    }

    private static InputType Profiling(Feature feature) => Packaging.Profiling.InputOf(feature).Type;

    private static T Parse<T>(string folder, string file) =>
        JsonSerializer.Deserialize<T>(File.ReadAllBytes(Path.Combine(folder, file)), AssayJson.Options)
        ?? throw new JsonException($"{file} is empty.");
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Kernel;

namespace Assay.Learning;

/// <summary>One line of a training step's progress.</summary>
/// <param name="Stage"><c>reading</c>, <c>screening</c>, <c>cross-validation</c>, <c>fitting</c>, <c>exporting</c>, <c>evaluating</c>, <c>packaging</c> or <c>done</c>.</param>
/// <param name="Percent">Of the whole step; never falls.</param>
/// <param name="Trainer">In cross-validation and fitting.</param>
/// <param name="Fold">In cross-validation: the trainer's folds that are done.</param>
/// <param name="Of">In cross-validation: the trainer's folds.</param>
public sealed record TrainingProgress(string Stage, int Percent, string? Trainer = null, int? Fold = null, int? Of = null);

/// <summary>Writes progress as JSON lines, from any thread.</summary>
internal sealed class ProgressLines(TextWriter writer)
{
    private static readonly JsonSerializerOptions Compact =
        new(AssayJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Lock _lock = new();
    private int _percent;

    public void Write(TrainingProgress progress)
    {
        lock (_lock)
        {
            _percent = Math.Max(_percent, progress.Percent);
            writer.WriteLine(JsonSerializer.Serialize(progress with { Percent = _percent }, Compact));
            writer.Flush();
        }
    }
}

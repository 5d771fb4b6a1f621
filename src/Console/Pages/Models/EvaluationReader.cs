using System.Text.Json;
using Assay.Kernel;
using Assay.Learning;

namespace Assay.Console.Pages.Models;

/// <summary>Reads <c>evaluation.json</c> of a package; a package that came from elsewhere may have another one, or none.</summary>
internal static class EvaluationReader
{
    public static Evaluation? Read(JsonElement document)
    {
        try
        {
            return document.ValueKind == JsonValueKind.Object && document.TryGetProperty("holdout", out _)
                ? document.Deserialize<Evaluation>(AssayJson.Options)
                : null;
        }
        catch (JsonException)   // another program's evaluation: the page does without
        {
            return null;
        }
    }
}

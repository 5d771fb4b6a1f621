using Assay.Statistics.Profiles;

namespace Assay.Inference.Models;

/// <summary>Refuses packages whose files contradict each other, before they answer anybody.</summary>
internal static class PackageCheck
{
    public static void Agree(ModelSchema schema, BaselineProfile baseline)
    {
        if (schema.Inputs is not { Count: > 0 })
            throw new InvalidModelException($"{PackageFiles.Schema} names no inputs.");

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in schema.Inputs)
        {
            if (!names.Add(input.Name))
                throw new InvalidModelException($"{PackageFiles.Schema} names the input '{input.Name}' twice.");
            if (input.Type == InputType.Category && input.Categories is null)
                throw new InvalidModelException($"{PackageFiles.Schema} lists no categories for the input '{input.Name}'.");
        }

        var profiled = baseline.Features?.Select(feature => feature.Name) ?? [];
        if (!profiled.SequenceEqual(schema.Inputs.Select(input => input.Name), StringComparer.Ordinal))
        {
            throw new InvalidModelException(
                $"{PackageFiles.Baseline} doesn't have the inputs of {PackageFiles.Schema} in their order.");
        }

        if (baseline.Score is null)
            throw new InvalidModelException($"{PackageFiles.Baseline} has no profile of the score.");
    }
}

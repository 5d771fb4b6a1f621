using System.Globalization;
using System.Text.Json;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.LoggedModels;

/// <summary>
/// The tag by which a logged model names the registered versions that were made from it, as MLflow's server writes it:
/// <c>mlflow.modelVersions</c> = <c>[{"name": "churn", "version": 1}]</c>.
/// </summary>
internal static class VersionsTag
{
    public const string Key = "mlflow.modelVersions";

    private static readonly Statement Known = new("SELECT t.value FROM tracking_model_tags t WHERE t.model_key = @p0 AND t.key = @p1");

    /// <summary>Adds a version to the tag. A model that is not here, or not the caller's to write to, is left alone: the version says itself where it comes from.</summary>
    public static Task Add(MlflowCall call, string modelId, string name, int version)
    {
        var scope = call.ScopeOf(TrackingPermissions.Write);
        return call.Get<GroupWriter>().Write(session =>
        {
            if (ModelRow.TryFind(session, scope, modelId) is not { } model || !scope.Has(model.ExperimentId))
                return 0;
            var known = session.With(Known, model.Key, Key).ExecuteScalar() as string;
            ModelWrites.Tags(session, model.Key, [new(Key, With(known, name, version))]);
            return 1;
        });
    }

    // A tag that somebody else wrote, and that is no list, is written over.
    private static string With(string? known, string name, int version)
    {
        var entry = string.Create(CultureInfo.InvariantCulture, $$"""{"name": {{JsonSerializer.Serialize(name)}}, "version": {{version}}}""");
        if (known?.Trim() is not ['[', .. var inner, ']'] || inner.Trim().Length == 0 || !IsJson(known))
            return $"[{entry}]";
        return known.Contains(entry, StringComparison.Ordinal) ? known : $"[{inner}, {entry}]";
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

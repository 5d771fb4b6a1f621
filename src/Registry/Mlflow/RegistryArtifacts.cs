using System.Globalization;

namespace Assay.Registry.Mlflow;

/// <summary>Where MLflow's clients find the files of a version: the signed package, whatever happens to the run that it came from.</summary>
internal static class RegistryArtifacts
{
    /// <summary>First folder of such an address; no experiment has such an id.</summary>
    public const string Root = "registry";

    public static string AddressOf(string model, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"mlflow-artifacts:/{Root}/{Uri.EscapeDataString(model)}/{version}");
}

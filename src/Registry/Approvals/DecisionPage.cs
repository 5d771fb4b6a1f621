using Assay.Kernel.Projects;
using Assay.Registry.Versions;

namespace Assay.Registry.Approvals;

/// <summary>Where approvals are asked for and given.</summary>
internal static class DecisionPage
{
    /// <summary>Path of the page on this server.</summary>
    public static string Of(string project, ModelVersion version, string stage)
    {
        var prefix = project == ProjectScope.Default ? "" : $"/projects/{Uri.EscapeDataString(project)}";
        return $"{prefix}/models/{Uri.EscapeDataString(version.Model)}/{version.Version}/decision/{stage}";
    }
}

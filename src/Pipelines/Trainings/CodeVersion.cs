using System.Reflection;
using Assay.Learning;

namespace Assay.Pipelines.Trainings;

/// <summary>The code that trains.</summary>
internal static class CodeVersion
{
    // The build puts the commit behind a plus sign, as in 0.1.0+4f087b4…; a build outside a repository has none.
    private static readonly string[] Parts =
        typeof(TrainStep).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') ?? [];

    /// <summary>The commit that it was built from; null when that is not known.</summary>
    public static string? Commit { get; } = Parts is [_, var commit] ? commit : null;
}

using System.Globalization;
using Assay.Inference.Graphs;
using Assay.Inference.Models;

namespace Assay.Serve;

/// <summary>What a folder holds: a model, versions of one by their numbers, or models by their names.</summary>
internal static class ModelFolders
{
    private static readonly string[] Telling = [PackageFiles.Model, PackageFiles.Signature, PackageFiles.MLmodel, PackageFiles.Schema, PackageFiles.Serve, ModelGraphs.File];

    /// <summary>Whether files of a model stand in it.</summary>
    public static bool IsModel(string folder) => Telling.Any(file => File.Exists(Path.Combine(folder, file)));

    /// <summary>The folders in it, by name, without the papers of what was exported there; none where it is a model itself.</summary>
    public static string[] In(string folder) => IsModel(folder)
        ? []
        : [.. Directory.EnumerateDirectories(folder).Where(inner => !Path.GetFileName(inner).StartsWith('.') && !IsOfPapers(inner)).Order(StringComparer.Ordinal)];

    private static bool IsOfPapers(string folder) =>
        folder.EndsWith(PackageFiles.PapersSuffix, StringComparison.Ordinal) && Directory.Exists(folder[..^PackageFiles.PapersSuffix.Length]);

    /// <summary>Whether it holds folders alone that are called by numbers: versions of one model.</summary>
    public static bool IsOfVersions(string folder) => In(folder) is { Length: > 0 } folders && folders.All(inner => NumberOf(Path.GetFileName(inner)) is not null);

    /// <summary>The packages of a model's folder: itself, or each version in it.</summary>
    public static IEnumerable<ServedPackage> Packages(string name, string folder) => IsOfVersions(folder)
        ? In(folder).Select(inner => new ServedPackage(name, inner, Path.GetFileName(inner)))
        : [new(name, folder)];

    /// <summary>Which of two versions is the newer: the higher number, and a number before what is none.</summary>
    public static int Compare(string one, string other) => (NumberOf(one), NumberOf(other)) switch
    {
        ({ } a, { } b) => a.CompareTo(b),
        ({ }, null) => 1,
        (null, { }) => -1,
        _ => string.CompareOrdinal(one, other),
    };

    /// <summary>The number that a version is; null when it is none, or written otherwise than numbers are.</summary>
    public static long? NumberOf(string version) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == version ? number : null;
}

using System.Runtime.CompilerServices;

namespace Assay.Tests;

/// <summary>Real data sets, kept in <c>shared/data</c> beside the repository and not in it.</summary>
internal static class SharedData
{
    /// <summary>Path of a data set; skips the calling test, and says why, on a machine that doesn't have it.</summary>
    public static string Path(string file)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(RepositoryRoot(), "..", "shared", "data", file));
        if (!File.Exists(path))
            Assert.Skip($"The data set {file} is not there: put it into shared/data beside the repository's folder.");
        return path;
    }

    /// <summary>Path of a specification or a recording; skips the calling test, and says why, on a machine that doesn't have it.</summary>
    public static string Spec(string file)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(RepositoryRoot(), "..", "shared", "specs", file));
        if (!File.Exists(path))
            Assert.Skip($"The recording {file} is not there: put it into shared/specs beside the repository's folder.");
        return path;
    }

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(thisFile)!, "..", "..");
}

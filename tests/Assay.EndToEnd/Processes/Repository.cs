namespace Assay.EndToEnd.Processes;

/// <summary>The clone that is tested.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The launcher.</summary>
    public static string Launcher => Path.Combine(Root, "assay");

    /// <summary>What the launcher starts; <c>./test</c> has published it.</summary>
    public static string Program
    {
        get
        {
            var program = Path.Combine(Root, "artifacts", "assay", "Assay.Cli.dll");
            return File.Exists(program) ? program : throw new InvalidOperationException("Run './assay --version' first: these tests drive the published program.");
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Assay.slnx")))
            folder = Path.GetDirectoryName(folder.TrimEnd('/')) ?? throw new InvalidOperationException("The tests are not in a clone of Assay.");
        return folder;
    }
}

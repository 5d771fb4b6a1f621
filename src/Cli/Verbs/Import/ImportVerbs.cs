using System.CommandLine;

namespace Assay.Cli.Verbs.Import;

/// <summary><c>assay import</c>.</summary>
internal static class ImportVerbs
{
    public static Command Create() => new("import", "Brings over what another system has") { ImportMlflow.Create() };
}

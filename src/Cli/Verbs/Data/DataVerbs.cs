using System.CommandLine;

namespace Assay.Cli.Verbs.Data;

/// <summary><c>assay data</c>.</summary>
internal static class DataVerbs
{
    public static Command Create() => new("data", "Datasets: immutable versions with their profiles and checks")
    {
        AddData.Create(),
        ListData.Create(),
        ShowData.Create(),
    };
}

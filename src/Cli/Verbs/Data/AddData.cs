using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Data;

namespace Assay.Cli.Verbs.Data;

/// <summary><c>assay data add FILE</c>.</summary>
internal static class AddData
{
    private static readonly Argument<string> File = new("file") { Description = "CSV (UTF-8, with a header) or Parquet file", HelpName = "FILE" };

    private static readonly Option<string?> Name = new("--name") { Description = "Name of the dataset. Default: the file's name", HelpName = "NAME" };

    private static readonly Option<bool> Synthetic = new("--synthetic") { Description = "The rows were made up; it is said wherever they are shown" };

    public static Command Create()
    {
        var verb = new Verb(
            "add",
            "Adds a file as the next version of a dataset. The same bytes again add nothing",
            "assay data add churn.csv",
            "assay data add march.parquet --name churn --json").Connected();
        verb.Add(File);
        verb.Add(Name);
        verb.Add(Synthetic);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var file = DataFile.Find(session.Parsed.GetRequiredValue(File));
        var name = session.Parsed.GetValue(Name) ?? file.DatasetName;
        await using var content = file.Open();
        var added = await session.Client.Datasets.Add(name, content, file.Format, session.Parsed.GetValue(Synthetic), cancel);
        session.Write(added, static detail => DatasetText.Show(detail));
        return 0;
    }
}

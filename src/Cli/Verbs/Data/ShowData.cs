using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;

namespace Assay.Cli.Verbs.Data;

/// <summary><c>assay data show NAME</c>.</summary>
internal static class ShowData
{
    private static readonly Argument<string> Name = new("name") { Description = "Name of the dataset", HelpName = "NAME" };

    private static readonly Option<int?> Version = new("--version") { Description = "Version. Default: the newest", HelpName = "N" };

    public static Command Create()
    {
        var verb = new Verb(
            "show", "Shows a version's columns, profile and checks", "assay data show churn", "assay data show churn --version 1 --json").Connected();
        verb.Add(Name);
        verb.Add(Version);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var name = session.Parsed.GetRequiredValue(Name);
        var version = session.Parsed.GetValue(Version);
        var found = await session.Client.Datasets.Find(name, version, cancel)
            ?? throw new CommandException(version is null ? $"There is no dataset '{name}'." : $"There is no version {version} of the dataset '{name}'.");
        session.Write(found, static detail => DatasetText.Show(detail));
        return 0;
    }
}

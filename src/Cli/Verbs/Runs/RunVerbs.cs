using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Tracking.Runs;

namespace Assay.Cli.Verbs.Runs;

/// <summary><c>assay runs</c>.</summary>
internal static class RunVerbs
{
    public static Command Create()
    {
        var command = new Command("runs", "Runs: what was logged, compared and kept as files")
        {
            ListRuns.Create(),
            ShowRun.Create(),
            ShowSeal.Create(),
            CompareRuns.Create(),
            ShowMetric.Create(),
            ListFiles.Create(),
            DownloadFiles.Create(),
            DeleteRun.Create(),
            RestoreRun.Create(),
            PurgeRuns.Create(),
        };
        command.Aliases.Add("run");
        return command;
    }

    /// <summary>An argument that names a run.</summary>
    public static Argument<string> Named(string description) => new("run") { Description = description, HelpName = "RUN" };

    /// <exception cref="CommandException">There is none.</exception>
    public static async Task<RunDetail> Find(Session session, string id, CancellationToken cancel) =>
        await session.Client.Runs.Find(id, cancel)
        ?? throw new CommandException($"There is no run '{id}' in this project: 'assay runs list --experiment NAME' shows those of an experiment.");
}

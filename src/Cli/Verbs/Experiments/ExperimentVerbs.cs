using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Tracking;
using Assay.Tracking.Experiments;

namespace Assay.Cli.Verbs.Experiments;

/// <summary><c>assay experiments</c>.</summary>
internal static class ExperimentVerbs
{
    public static Command Create()
    {
        var command = new Command("experiments", "Experiments: named series of runs")
        {
            ListExperiments.Create(),
            ShowExperiment.Create(),
            CreateExperiment.Create(),
            DeleteExperiment.Create(),
            RestoreExperiment.Create(),
        };
        command.Aliases.Add("experiment");
        return command;
    }

    /// <summary>An argument that names an experiment.</summary>
    public static Argument<string> Named(string description) => new("experiment") { Description = description, HelpName = "NAME|ID" };

    /// <summary>The experiment of that id, else of that name, also a deleted one.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static async Task<ExperimentDetail> Find(Session session, string nameOrId, CancellationToken cancel)
    {
        var experiments = session.Client.Experiments;
        if (nameOrId.All(char.IsAsciiDigit) && await experiments.Find(nameOrId, cancel) is { } byId)
            return byId;
        var all = await Pages.All((cursor, stop) => experiments.List(Shown.All, cursor, 1000, stop), cancel);
        return all.FirstOrDefault(row => row.Name == nameOrId) is { } named && await experiments.Find(named.Id, cancel) is { } found
            ? found
            : throw new CommandException($"There is no experiment '{nameOrId}': 'assay experiments list' shows those that there are.");
    }
}

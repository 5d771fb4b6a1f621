using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;

namespace Assay.Cli.Verbs.Experiments;

/// <summary><c>assay experiments delete</c>.</summary>
internal static class DeleteExperiment
{
    private static readonly Argument<string> Experiment = ExperimentVerbs.Named("Experiment to delete, by its name or id");

    public static Command Create()
    {
        var verb = new Verb("delete", "Deletes an experiment and its runs, which can be restored", "assay experiments delete churn", "assay experiments delete churn --json").Connected();
        verb.Add(Experiment);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var experiment = await ExperimentVerbs.Find(session, session.Parsed.GetRequiredValue(Experiment), cancel);
        session.Write(await session.Client.Experiments.Delete(experiment.Id, cancel), ShowExperiment.Show);
        return 0;
    }
}

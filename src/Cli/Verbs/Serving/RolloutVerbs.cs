using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Client;
using Assay.Serving.Rollouts;
using Spectre.Console;

namespace Assay.Cli.Verbs.Serving;

/// <summary><c>assay rollout</c>.</summary>
internal static class RolloutVerbs
{
    private static readonly Argument<string> Endpoint = new("endpoint") { Description = "Name of the endpoint", HelpName = "ENDPOINT" };

    private static readonly Option<string?> Arm = new("--arm") { Description = "The arm that takes over, where there are several", HelpName = "NAME" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; it stands in the timeline and the ledger", HelpName = "TEXT" };

    private static readonly Option<bool> Watch = new("--watch") { Description = "Say every change until it has ended; the exit code is 1 unless it was promoted" };

    public static Command Create() => new("rollout", "Roll-outs: new versions that get a part of an endpoint's requests")
    {
        Show(),
        Change("promote", "Lets the new version take over at once", "assay rollout promote churn", Arm, static (rollouts, session, name, reason, cancel) => rollouts.Promote(name, session.Parsed.GetValue(Arm), reason, cancel)),
        Change("pause", "Stops the clock of the present step; it is judged as before", "assay rollout pause churn", null, static (rollouts, _, name, reason, cancel) => rollouts.Pause(name, reason, cancel)),
        Change("resume", "Lets it go on, or ends a step that waits for somebody", "assay rollout resume churn", null, static (rollouts, _, name, reason, cancel) => rollouts.Resume(name, reason, cancel)),
        Change("abort", "Gives all requests back to the former version", "assay rollout abort churn", null, static (rollouts, _, name, reason, cancel) => rollouts.Abort(name, reason, cancel)),
        RewardVerb.Create(Endpoint),
        History(),
    };

    private static Verb Show()
    {
        var verb = new Verb(
            "show", "Shows the roll-out that goes on at an endpoint, or the last one", "assay rollout show churn", "assay rollout show churn --watch", "assay rollout show churn --json").Connected();
        verb.Add(Endpoint);
        verb.Add(Watch);
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            var found = await Find(session, cancel);
            if (session.Parsed.GetValue(Watch))
                found = await Follow(session, found, cancel);
            session.Write(found, RolloutText.Show);
            return session.Parsed.GetValue(Watch) && found.Rollout.State != RolloutState.Promoted ? 1 : 0;
        }));
        return verb;
    }

    private static async Task<RolloutDetail> Find(Session session, CancellationToken cancel)
    {
        var name = session.Parsed.GetRequiredValue(Endpoint);
        return await session.Client.Rollouts.Find(name, cancel) ?? throw new CommandException($"There was no roll-out at an endpoint '{name}': start one with 'assay deploy'.");
    }

    // Progress goes to standard error, so that --json stays one document.
    private static async Task<RolloutDetail> Follow(Session session, RolloutDetail found, CancellationToken cancel)
    {
        var said = "";
        while (true)
        {
            var now = $"{RolloutText.Name(found.Rollout.State.ToString())}{RolloutText.Place(found.Rollout)}. {found.Rollout.Reason ?? found.Waiting}".TrimEnd();
            if (now != said)
                Screen.Error.MarkupLine(Markup.Escape(said = now));
            if (found.Rollout.EndedAt is not null)
                return found;
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            found = await Find(session, cancel);
        }
    }

    private static Verb Change(
        string name, string description, string example, Option? option, Func<RolloutsClient, Session, string, string?, CancellationToken, Task<RolloutDetail>> work)
    {
        var verb = new Verb(name, description, $"{example} --reason 'The figures look odd.'", $"{example} --json").Connected();
        verb.Add(Endpoint);
        verb.Add(Reason);
        if (option is not null)
            verb.Add(option);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            session.Write(await work(session.Client.Rollouts, session, session.Parsed.GetRequiredValue(Endpoint), session.Parsed.GetValue(Reason), cancel), RolloutText.Show);
            return 0;
        }));
        return verb;
    }

    private static Verb History()
    {
        var verb = new Verb("history", "Lists the roll-outs of an endpoint, newest first", "assay rollout history churn", "assay rollout history churn --json").Connected();
        verb.Add(Endpoint);
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            var name = session.Parsed.GetRequiredValue(Endpoint);
            var rollouts = await Pages.All((cursor, stop) => session.Client.Rollouts.List(name, cursor, 1000, stop), cancel);
            if (rollouts.Count == 0 && await session.Client.Endpoints.Find(name, cancel) is null)
                throw new CommandException($"There is no endpoint '{name}', and there was no roll-out at one: 'assay endpoint list' shows those that there are.");
            session.Write(rollouts, static rows =>
            {
                var table = Screen.Table("Started", "Strategy", "State", "Version", "Against", "Why");
                foreach (var row in rows)
                {
                    table.AddRow(
                        Figures.Time(row.StartedAt), RolloutText.Name(row.Strategy.ToString()), RolloutText.Name(row.State.ToString()),
                        $"v{RolloutText.Versions(row)}", $"v{row.StableVersion}", Markup.Escape(row.Reason ?? ""));
                }

                Screen.Write(table, "There was no roll-out at this endpoint.");
            });
            return 0;
        }));
        return verb;
    }
}

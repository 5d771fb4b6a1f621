using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Serving.Rollouts.Operations;

namespace Assay.Cli.Verbs.Serving;

/// <summary><c>assay rollout reward</c>.</summary>
internal static class RewardVerb
{
    private static readonly Argument<double> Value = new("value") { Description = "How good it was, higher is better; of a bandit from 0 to 1", HelpName = "VALUE" };

    private static readonly Option<string?> Request = new("--request") { Description = "The answer's Assay-Request-Id; each is rewarded once", HelpName = "ID" };

    private static readonly Option<string?> Arm = new("--arm") { Description = "In its place: the answer's Assay-Arm", HelpName = "NAME" };

    public static Verb Create(Argument<string> endpoint)
    {
        var verb = new Verb(
            "reward",
            "Says what came of an answer, by which a bandit and A/B tell the better version",
            "assay rollout reward churn 1 --request 0199d1f0-7c1c-7d07-8d8e-2f6f0e0a4b11",
            "assay rollout reward churn 0.5 --arm candidate --json").Connected();
        verb.Add(endpoint);
        verb.Add(Value);
        verb.Add(Request);
        verb.Add(Arm);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var (request, arm) = (session.Parsed.GetValue(Request), session.Parsed.GetValue(Arm));
            if (request is null == arm is null)
                throw new CommandException("Name either the answer with --request, or the arm with --arm.");
            var counted = await session.Client.Rollouts.Reward(
                session.Parsed.GetRequiredValue(endpoint), [new Reward(session.Parsed.GetRequiredValue(Value), request, arm)], cancel);
            session.Write(counted, static counted => Screen.Line($"{counted.Counted} counted, {counted.Unknown} not known."));
            return counted.Counted > 0 ? 0 : throw new CommandException(
                $"No answer '{request}' waits for a reward: it was rewarded already, is too long ago, or not of this roll-out. Take the Assay-Request-Id of an answer since it began, or name the answer's arm with --arm.");
        }));
        return verb;
    }
}

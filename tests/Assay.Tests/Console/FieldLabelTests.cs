extern alias console;

using Assay.Serving.Rollouts.Plans;
using console::Assay.Console.Layout;
using console::Assay.Console.Pages.Endpoints.Deploying;

namespace Assay.Tests.Console;

/// <summary>Refusals of the API in the words of the form that was refused.</summary>
public class FieldLabelTests
{
    private static readonly FieldLabels Labels = new FieldLabels(new Dictionary<string, string>
    {
        ["requestsPerSecond"] = "Requests a second, each caller",
        ["burst"] = "Requests at once after a pause",
        ["concurrency"] = "Requests at the same time",
        ["name"] = "Name of the endpoint",
        ["version"] = "Version",
    }).With(PlanLabels.Of(RolloutStrategy.Canary));

    [Theory]
    [InlineData("burst", "Requests at once after a pause")]
    [InlineData("limits.requestsPerSecond", "Requests a second, each caller")]
    [InlineData("rollout.steps[1].weightPercent", "Step 2, % of the requests")]
    [InlineData("analysis.rules[0].breachedWhen", "Rule 1, breached when")]
    [InlineData("plan.analysis.rules[2].name", "Rule 3")]
    [InlineData("steps", "Steps")]
    [InlineData("name", "Name of the endpoint")]
    [InlineData("surname", null)]
    public void A_field_of_the_API_is_called_what_the_form_calls_it(string field, string? label) => Assert.Equal(label, Labels.Find(field));

    [Theory]
    [InlineData("'limits.requestsPerSecond' must be between 0.001 and 1000000.", "“Requests a second, each caller” must be between 0.001 and 1000000.")]
    [InlineData("'rollout.steps[0].weightPercent' must be between 1 and 100.", "“Step 1, % of the requests” must be between 1 and 100.")]
    [InlineData("A burst means nothing without requestsPerSecond. Send both.", "A burst means nothing without “Requests a second, each caller”. Send both.")]
    [InlineData("Nobody waits here. Send concurrency, too.", "Nobody waits here. Send “Requests at the same time”, too.")]
    [InlineData("There is no model 'version' in this project.", "There is no model 'version' in this project.")]
    [InlineData("'reason' is missing, and theReason is none.", "'reason' is missing, and theReason is none.")]
    public void A_sentence_of_the_API_is_told_in_the_words_of_the_form(string sentence, string told) => Assert.Equal(told, Labels.Say(sentence));

    [Theory]
    [InlineData(RolloutStrategy.BlueGreen, "steps[0].pauseSeconds", "Minutes that the former version is kept")]
    [InlineData(RolloutStrategy.AB, "steps[0].weightPercent", "Share of the new versions together, %")]
    [InlineData(RolloutStrategy.Shadow, "steps", null)]
    public void Each_way_of_a_roll_out_has_its_own_fields(RolloutStrategy strategy, string field, string? label) =>
        Assert.Equal(label, PlanLabels.Of(strategy).Find(field));
}

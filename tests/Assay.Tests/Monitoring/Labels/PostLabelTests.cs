using System.Net;
using Assay.Governance.Access;
using Assay.Inference.Models;
using Assay.Monitoring.Labels;
using Assay.Tests.Serving;

namespace Assay.Tests.Monitoring.Labels;

public sealed class PostLabelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_label_again_changes_nothing_and_another_one_is_a_correction()
    {
        await using var scene = await LabelScene.Start();

        var first = await scene.Post(new { id = "a", label = "yes" }, new { id = "b", label = "no", row = 2 });
        var again = await scene.Post(new { id = "a", label = "yes" }, new { id = "b", label = "no", row = 2 });
        var other = await scene.Post(new { id = "a", label = false });

        Assert.Equal((2, 0, 0), (first.Added, first.Unchanged, first.Corrected));
        Assert.Equal((0, 2, 0), (again.Added, again.Unchanged, again.Corrected));
        Assert.Equal((0, 0, 1), (other.Added, other.Unchanged, other.Corrected));
        var labels = await scene.Labels();
        Assert.Equal([("a", 1, "no", 1), ("b", 2, "no", 0)], labels.Select(label => (label.Id, label.Row, label.Label, label.Corrections)));
        var events = await scene.Events("labels.posted");
        Assert.Equal(2, events.Count);   // what changed nothing is no event
        Assert.Contains(events, each => each.GetProperty("data").GetProperty("digest").GetString() == first.Digest);
    }

    [Fact]
    public async Task Labels_that_contradict_each_other_in_one_request_count_as_between_requests()
    {
        await using var scene = await LabelScene.Start();

        var posted = await scene.Post(new { id = "a", label = "yes" }, new { id = "a", label = "no" }, new { id = "a", label = "no" });

        Assert.Equal((1, 1, 1), (posted.Added, posted.Unchanged, posted.Corrected));
        Assert.Equal([("a", "no", 1)], (await scene.Labels()).Select(label => (label.Id, label.Label, label.Corrections)));
    }

    [Fact]
    public async Task A_table_of_labels_is_taken_with_its_rows_and_times()
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Send("id,label,row,at\r\n\"a,1\",yes,3,2026-11-01T10:00:00Z\r\nb,no,,\r\n", "text/csv");

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        var labels = await scene.Labels();
        Assert.Equal([("a,1", 3, "yes"), ("b", 1, "no")], labels.Select(label => (label.Id, label.Row, label.Label)));
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero), labels[0].At);
    }

    [Fact]
    public async Task A_table_with_a_quotation_that_does_not_end_is_refused()
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Send("id,label\n\"a,yes\n", "text/csv");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("a quoted value does not end", await ServingHost.Detail(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"id":"a","label":"perhaps"}]""", "labels[0].label", "The model knows no class 'perhaps'. A label is 'no' or 'yes'.")]
    [InlineData("""[{"id":"a","label":"yes"},{"id":"b","label":null}]""", "labels[1].label", "A label is 'no' or 'yes', and not null, an array or an object.")]
    [InlineData("""[{"id":"a"}]""", "labels[0].label", "A label is 'no' or 'yes', and not left out.")]
    [InlineData("""[{"id":"","label":"yes"}]""", "labels[0].id", "Name the prediction by the Assay-Request-Id of its answer, of 1 to 128 characters.")]
    [InlineData("""[{"id":"a","label":"yes","row":0}]""", "labels[0].row", "A row is a whole number from 1 to 1,000,000: its place in the request.")]
    [InlineData("""[{"id":"a","label":"NaN"}]""", "labels[0].label", "The model knows no class 'NaN'. A label is 'no' or 'yes'.")]
    [InlineData("[]", "labels", "There are no labels. Send an array of {\"id\": …, \"label\": …}, or CSV with the columns id and label.")]
    public async Task What_can_be_no_label_is_refused_by_its_place(string body, string field, string detail)
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Send(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Equal((field, detail), (problem.GetProperty("field").GetString(), problem.GetProperty("detail").GetString()));
        Assert.Empty(await scene.Labels());
    }

    [Theory]
    [InlineData("id,label,row\na,yes,\nb,perhaps,\n", "labels[1].label", "Line 3: The model knows no class 'perhaps'. A label is 'no' or 'yes'.")]
    [InlineData("id,label,row\na,yes,0\n", "labels[0].row", "Line 2: A row is a whole number from 1 to 1,000,000: its place in the request.")]
    [InlineData("id,label,at\na,yes,soon\n", "labels[0].at", "Line 2: a time is written as 2026-11-26T10:00:00Z, not 'soon'.")]
    public async Task What_can_be_no_label_in_a_table_is_refused_by_its_line(string table, string field, string detail)
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Send(table, "text/csv");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Equal((field, detail), (problem.GetProperty("field").GetString(), problem.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("no", "yes", "true", "yes", 1)]
    [InlineData("no", "yes", "\"true\"", "yes", 1)]
    [InlineData("no", "yes", "\"False\"", "no", 0)]
    [InlineData("False", "True", "true", "True", 1)]
    [InlineData("False", "True", "\"false\"", "False", 0)]
    [InlineData("True", "False", "\"true\"", "True", 0)]   // of what the classes are called rather than of their order
    [InlineData("True", "False", "false", "False", 1)]
    public void Of_two_classes_a_truth_is_taken_as_such_and_as_a_word(string first, string second, string label, string name, double value)
    {
        var meaning = LabelMeaning.Of("churn", new ModelSchema(ModelTask.Classification, "", [first, second], [], "p"));

        Assert.Equal((name, value), meaning.Read(System.Text.Json.JsonDocument.Parse(label).RootElement, "label"));
    }

    [Fact]
    public async Task More_labels_than_a_request_takes_are_refused_whole()
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Send("id,label\n" + string.Concat(Enumerable.Range(0, 10_001).Select(place => $"p{place},yes\n")), "text/csv");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.StartsWith("A request takes up to 10,000 labels, and these are 10,001", await ServingHost.Detail(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_for_a_prediction_that_nobody_knows_waits_and_is_shown_so()
    {
        await using var scene = await LabelScene.Start();
        await scene.Post(new { id = "not-yet", label = "yes" });

        await scene.Tick();

        Assert.Equal(OutcomeState.Waiting, Assert.Single(await scene.Labels("state=waiting")).State);
        Assert.Equal(1, (await scene.Show()).WaitingLabels);
    }

    [Fact]
    public async Task Who_may_only_look_may_not_say_what_was_true()
    {
        await using var scene = await LabelScene.Start();
        var viewer = await scene.Server.Client(Role.Viewer);

        using var answer = await viewer.PostAsync("/api/v1/endpoints/churn/labels", null, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}

extern alias console;

using System.Text.Json;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Models;
using console::Assay.Console.Pages.Endpoints;

namespace Assay.Tests.Console;

/// <summary>The form that looks for near rows.</summary>
public sealed class NearRowsDraftTests
{
    private static readonly JsonElement Row = JsonElement.Parse("{}");

    [Fact]
    public void What_stays_and_what_goes_one_way_is_asked_so_and_a_model_that_lacks_an_input_is_not_asked_about_it()
    {
        var draft = new NearRowsDraft { Below = " 0.25 ", Count = 1 };
        draft.Set("age", NearRowsDraft.Up);
        draft.Set("plan", NearRowsDraft.Fixed);
        draft.Set("gone", NearRowsDraft.Fixed);
        var request = draft.Write(Schema(ModelTask.Classification), Row);
        Assert.Equal(new PredictionRange(Below: 0.25), request.Target);
        Assert.Equal("plan", Assert.Single(request.Immutable!));
        Assert.Equal(("age", ChangeDirection.Up), Assert.Single(request.Rules!.Select(rule => (rule.Key, rule.Value.Direction!.Value))));
        Assert.Equal((1, 4), (request.Count, request.ChangesMax));
    }

    [Fact]
    public void A_classifier_has_another_side_and_a_number_must_be_said()
    {
        Assert.Null(new NearRowsDraft().Write(Schema(ModelTask.Classification), Row).Target);
        var unsaid = Assert.Throws<FormatException>(() => new NearRowsDraft().Write(Schema(ModelTask.Regression), Row));
        Assert.StartsWith("rent is a number, which has no other side.", unsaid.Message, StringComparison.Ordinal);
        var words = Assert.Throws<FormatException>(() => new NearRowsDraft { Min = "lots" }.Write(Schema(ModelTask.Regression), Row));
        Assert.Equal("'lots' is not a number, and 'at least' needs one.", words.Message);
    }

    private static ModelSchema Schema(ModelTask task) => new(
        task, "rent", null, [new("age", InputType.Number, false), new("plan", InputType.Category, false, ["basic", "plus"])], "prediction");
}

extern alias console;

using Assay.Tracking;
using console::Assay.Console.Pages.Experiments;

namespace Assay.Tests.Console;

/// <summary>What a table of runs shows stands in its address.</summary>
public class RunViewTests
{
    [Fact]
    public void An_address_says_all_that_is_shown_and_is_read_back()
    {
        var view = new RunView("metrics.auc > 0.5 & x", "metrics.auc DESC", Shown.All, [new("metrics", "val/f1 score"), new("params", "depth")]);
        Assert.Equal("?filter=metrics.auc%20%3E%200.5%20%26%20x&order=metrics.auc%20DESC&shown=all&column=metrics.%60val%2Ff1%20score%60&column=params.depth", view.Query);

        var read = RunView.Of(view.Filter, view.Order, "all", ["metrics.`val/f1 score`", "params.depth", "speed", "tags."]);
        Assert.Equal(view.Columns, read.Columns);
        Assert.Equal("", RunView.Of(null, null, "some", null).Query);
    }

    [Fact]
    public void Clicks_on_a_head_turn_the_order_and_take_it_away()
    {
        var view = RunView.Of(null, null, null, null);
        var orders = new List<string>();
        for (var click = 0; click < 3; click++)
            orders.Add((view = view.OrderedBy("metrics.auc", greatestFirst: true)).Order);
        Assert.Equal(["metrics.auc DESC", "metrics.auc", ""], orders);
        Assert.Equal("run_name", view.OrderedBy("run_name", greatestFirst: false).Order);
    }
}

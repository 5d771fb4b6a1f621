using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Inference.Explanations;

namespace Assay.Cli.Verbs;

/// <summary><c>assay explain</c>.</summary>
internal static class Explain
{
    private static readonly Argument<string> Endpoint = new("endpoint") { Description = "Name of the endpoint", HelpName = "ENDPOINT" };

    private static readonly Argument<string> Body = new("body")
    {
        Description = "JSON: rows as predict takes them; @FILE reads a file, - standard input",
        HelpName = "BODY",
    };

    private static readonly Option<MethodWish> Method = new("--method")
    {
        Description = "auto (the best for the model), linear, treeShap, backgroundTreeShap or kernelShap. Default: auto",
        HelpName = "METHOD",
    };

    private static readonly Option<int?> Coalitions = new("--coalitions")
    {
        Description = "How many coalitions of inputs to ask the model about per row, by kernelShap",
        HelpName = "N",
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "Of a model of tensors: the output to explain; its first number without it",
        HelpName = "NAME",
    };

    private static readonly Option<int?> Element = new("--element")
    {
        Description = "Of a model of tensors: the place of the number in a row of that output, from 0; the largest without it",
        HelpName = "N",
    };

    private static readonly Option<int?> Groups = new("--groups")
    {
        Description = "Of a model of tensors: how many groups of elements to tell apart, up to 256, by kernelShap",
        HelpName = "N",
    };

    private static readonly Option<bool> AgainstRows = new("--against-rows")
    {
        Description = "Of a model of tensors: compare the rows with each other rather than with zeros and empty texts",
    };

    public static Command Create()
    {
        var verb = new Verb(
            "explain",
            "Says what each input did to a prediction",
            "assay explain churn '[[12,\"month-to-month\",79.5]]'",
            "assay explain churn @rows.json --json",
            "assay explain churn @rows.json --coalitions 10000",
            "assay explain digits @images.json --output probabilities --element 3 --groups 49").Connected();
        verb.Add(Endpoint);
        verb.Add(Body);
        verb.Add(Method);
        verb.Add(Coalitions);
        verb.Add(Output);
        verb.Add(Element);
        verb.Add(Groups);
        verb.Add(AgainstRows);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var body = await JsonBody.Read(session.Parsed.GetRequiredValue(Body), cancel);
        var wish = new ExplanationWish(Of(session.Parsed.GetValue(Method)), session.Parsed.GetValue(Coalitions))
        {
            Output = session.Parsed.GetValue(Output),
            Element = session.Parsed.GetValue(Element),
            Groups = session.Parsed.GetValue(Groups),
            AgainstRows = session.Parsed.GetValue(AgainstRows),
        };
        var answer = await session.Client.Endpoints.Explain(session.Parsed.GetRequiredValue(Endpoint), body, wish, cancel);
        session.Write(answer, ExplanationText.Show);
        return 0;
    }

    private static ExplanationMethod? Of(MethodWish wish) => wish == MethodWish.Auto ? null : Enum.Parse<ExplanationMethod>(wish.ToString());

    // The methods, and that somebody else chooses.
    private enum MethodWish
    {
        Auto,
        Linear,
        TreeShap,
        BackgroundTreeShap,
        KernelShap,
    }
}

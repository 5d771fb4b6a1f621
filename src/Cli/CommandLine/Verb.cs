using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Assay.Cli.CommandLine;

/// <summary>A command with examples, which its help shows last.</summary>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Whole command lines that work as they stand, once their names exist.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>By their paths, without places in lists, fields of the request that come from options of other names; see <see cref="FieldWords"/>.</summary>
    public IReadOnlyDictionary<string, Option> Fields { get; init; } = new Dictionary<string, Option>();
}

/// <summary>The usual help, and the verb's examples below it.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in verb.Examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
        }

        return exitCode;
    }
}

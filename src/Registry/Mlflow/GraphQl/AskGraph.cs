using System.Text.Json;
using Assay.Tracking;
using Assay.Tracking.Mlflow;
using GraphQL;
using GraphQL.Execution;
using GraphQLParser;
using GraphQLParser.AST;
using GraphQLParser.Exceptions;

namespace Assay.Registry.Mlflow.GraphQl;

/// <summary>
/// MLflow's API by GraphQL, as its web pages ask: a query selects fields of what the operations by REST answer, within the
/// same permissions. What can't be answered is null, and why stands among the errors.
/// </summary>
internal static class AskGraph
{
    private const int QueryLengthMax = 100_000;

    private static readonly SerialExecuter Executer = new();

    public static void Map(IEndpointRouteBuilder root)
    {
        root.MapOperationOnAny("GET", "/graphql", Handle, TrackingPermissions.Read);
        root.MapOperationOnAny("POST", "/graphql", Handle, TrackingPermissions.Read);
    }

    private static async Task Handle(MlflowCall call)
    {
        var query = call.Fields.RequiredText("query");
        if (query.Length > QueryLengthMax)
            throw MlflowError.Invalid($"The query has {query.Length} characters, where at most {QueryLengthMax} are taken. Ask in several requests.");
        var (data, errors) = await Execute(call, query, GraphValues.Variables(call.Http, call.Fields));
        await call.Answer(json =>
        {
            json.WritePropertyName("data"u8);
            JsonSerializer.Serialize(json, data);
            json.WritePropertyName("errors"u8);
            JsonSerializer.Serialize(json, errors);
        });
    }

    // Errors are texts, and null where there are none: so MLflow's pages read them.
    private static async Task<(object? Data, List<string>? Errors)> Execute(MlflowCall call, string query, Inputs variables)
    {
        GraphQLDocument document;
        try
        {
            document = Parser.Parse(query);
        }
        catch (GraphQLParserException problem)   // the query is the client's
        {
            return (null, [problem.Message.Split('\n')[0].TrimEnd()]);
        }

        if (GraphLimits.Broken(document) is { } broken)
            return (null, [broken]);
        var result = await Executer.ExecuteAsync(new ExecutionOptions
        {
            Schema = GraphSchema.Schema,
            Query = query,
            Document = document,
            OperationName = call.Fields.Text("operationName"),
            Variables = variables,
            Root = call,
            CancellationToken = call.Cancel,
            ThrowOnUnhandledException = true,
        });
        return ((result.Data as ExecutionNode)?.ToValue(), result.Errors?.Select(error => error.Message).ToList());
    }

    /// <summary>One field after the other: a request has one database context.</summary>
    private sealed class SerialExecuter : DocumentExecuter
    {
        protected override IExecutionStrategy SelectExecutionStrategy(GraphQL.Execution.ExecutionContext context) => SerialExecutionStrategy.Instance;
    }
}

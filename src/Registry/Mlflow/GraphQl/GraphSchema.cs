using System.Reflection;
using System.Text.Json;
using GraphQL;
using GraphQL.Resolvers;
using GraphQL.Types;

namespace Assay.Registry.Mlflow.GraphQl;

/// <summary>The schema of <c>mlflow.graphql</c>, whose fields are read from the answers of MLflow's API by REST.</summary>
internal static class GraphSchema
{
    private static readonly Lazy<Schema> Built = new(Build);

    /// <summary>Made when it is first asked for: most servers never are.</summary>
    public static Schema Schema => Built.Value;

    private static Schema Build()
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("Assay.Registry.Mlflow.GraphQl.mlflow.graphql")!;
        using var reader = new StreamReader(resource);
        var schema = Schema.For(reader.ReadToEnd());
        schema.RegisterType(new LongText());
        schema.Initialize();
        foreach (var type in schema.AllTypes.OfType<IObjectGraphType>().Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal)))
        {
            foreach (var field in type.Fields)
                field.Resolver = ResolverOf(type.Name, field);
        }

        return schema;
    }

    private static FuncFieldResolver<object?> ResolverOf(string type, FieldType field)
    {
        if (type is "Query" or "Mutation")
            return new FuncFieldResolver<object?>(context => GraphOperations.Ask(context, field.Name));
        if (type == "MlflowRun" && GraphOperations.OfRun.TryGetValue(field.Name, out var ask))
            return new FuncFieldResolver<object?>(context => ask(context));
        var name = GraphValues.SnakeCase(field.Name);
        return new FuncFieldResolver<object?>(context => context.Source is JsonElement source ? Read(source, name, field.ResolvedType!) : null);
    }

    // What an answer leaves out has the value that its message begins with: so clients of messages read it.
    private static object? Read(JsonElement source, string name, IGraphType type)
    {
        var value = source.ValueKind == JsonValueKind.Object && source.TryGetProperty(name, out var found) ? found : default;
        return type switch
        {
            ListGraphType => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(Item).ToList() : new List<object?>(),
            LongText => value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "0",
            FloatGraphType => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : value.ValueKind == JsonValueKind.Undefined ? 0d : null,   // no number, or none that JSON has
            BooleanGraphType => value.ValueKind == JsonValueKind.True,
            EnumerationGraphType => value.ValueKind == JsonValueKind.String ? value.GetString() : null,
            IObjectGraphType => value.ValueKind == JsonValueKind.Object || type.Name is not ("ApiError" or "MlflowModelVersionDeploymentJobState") ? value : null,
            _ => value.ValueKind == JsonValueKind.String ? value.GetString() : "",
        };
    }

    private static object? Item(JsonElement item) => item.ValueKind == JsonValueKind.String ? item.GetString() : item;
}

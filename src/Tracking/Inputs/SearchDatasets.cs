using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Inputs;

/// <summary>The datasets that runs of some experiments have read.</summary>
internal static class SearchDatasets
{
    private const int ExperimentsMax = 20;

    private static readonly Statement Find = new("""
        SELECT DISTINCT e.id, d.name, d.digest, t.value
        FROM tracking_experiments e JOIN tracking_datasets d ON d.experiment_key = e.key JOIN tracking_inputs i ON i.dataset_key = d.key
        LEFT JOIN tracking_input_tags t ON t.run_key = i.run_key AND t.dataset_key = i.dataset_key AND t.key = 'mlflow.data.context'
        WHERE e.project = @p0 AND e.id = @p1 ORDER BY d.name, d.digest LIMIT 1000
        """);

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/experiments/search-datasets", Handle, TrackingPermissions.Read);

    public static Task Handle(MlflowCall call)
    {
        var ids = call.Fields.Texts("experiment_ids");
        if (ids.Count == 0)
            throw MlflowError.Invalid("SearchDatasets request must specify at least one experiment_id.");
        if (ids.Count > ExperimentsMax)
            throw MlflowError.Invalid($"SearchDatasets request cannot specify more than {ExperimentsMax} experiment_ids. Received {ids.Count} experiment_ids.");
        var scope = call.Scope;
        var found = call.Get<Sessions>().Read(session =>
        {
            var rows = new List<(string Experiment, string Name, string Digest, string? Context)>();
            foreach (var id in ids.Distinct(StringComparer.Ordinal).Where(scope.Has))
            {
                using var reader = session.With(Find, scope.Project, id).ExecuteReader();
                while (reader.Read())
                    rows.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
            }

            return rows;
        });
        return call.Answer(json =>
        {
            if (found.Count == 0)
                return;
            json.WriteStartArray("dataset_summaries"u8);
            foreach (var (experiment, name, digest, context) in found)
            {
                json.WriteStartObject();
                json.WriteString("experiment_id"u8, experiment);
                json.WriteString("name"u8, name);
                json.WriteString("digest"u8, digest);
                if (context is not null)
                    json.WriteString("context"u8, context);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }
}

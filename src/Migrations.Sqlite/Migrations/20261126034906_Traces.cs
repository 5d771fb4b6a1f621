using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Traces : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "tracking_assessments",
                columns: table => new
                {
                    trace_key = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false),
                    content = table.Column<string>(type: "TEXT", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    source_type = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    source_id = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    span_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    rationale = table.Column<string>(type: "TEXT", nullable: true),
                    overrides = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    is_valid = table.Column<bool>(type: "INTEGER", nullable: false),
                    metadata = table.Column<string>(type: "TEXT", nullable: true),
                    is_of_session = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_assessments", x => new { x.trace_key, x.id });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_spans",
                columns: table => new
                {
                    trace_key = table.Column<long>(type: "INTEGER", nullable: false),
                    span_id = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    parent_id = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    otel_trace_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    started_ns = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_ns = table.Column<long>(type: "INTEGER", nullable: true),
                    model = table.Column<string>(type: "TEXT", maxLength: 250, nullable: true),
                    model_provider = table.Column<string>(type: "TEXT", maxLength: 250, nullable: true),
                    usage = table.Column<string>(type: "TEXT", nullable: true),
                    cost = table.Column<string>(type: "TEXT", nullable: true),
                    content = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_spans", x => new { x.trace_key, x.span_id });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_trace_links",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    trace_id = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    target = table.Column<string>(type: "TEXT", maxLength: 600, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_trace_links", x => new { x.project, x.trace_id, x.kind, x.target });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_trace_metadata",
                columns: table => new
                {
                    trace_key = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_trace_metadata", x => new { x.trace_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_trace_tags",
                columns: table => new
                {
                    trace_key = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_trace_tags", x => new { x.trace_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_traces",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    experiment_key = table.Column<long>(type: "INTEGER", nullable: false),
                    experiment_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    duration_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    client_request_id = table.Column<string>(type: "TEXT", maxLength: 250, nullable: true),
                    request_preview = table.Column<string>(type: "TEXT", nullable: true),
                    response_preview = table.Column<string>(type: "TEXT", nullable: true),
                    session_id = table.Column<string>(type: "TEXT", maxLength: 250, nullable: true),
                    is_final = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_traces", x => x.key);
                });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_traces_experiment_key_session_id",
                table: "tracking_traces",
                columns: new[] { "experiment_key", "session_id" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_traces_experiment_key_started_at_id",
                table: "tracking_traces",
                columns: new[] { "experiment_key", "started_at", "id" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_traces_project_id",
                table: "tracking_traces",
                columns: new[] { "project", "id" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "tracking_assessments");

            migrationBuilder.DropTable(
                name: "tracking_spans");

            migrationBuilder.DropTable(
                name: "tracking_trace_links");

            migrationBuilder.DropTable(
                name: "tracking_trace_metadata");

            migrationBuilder.DropTable(
                name: "tracking_trace_tags");

            migrationBuilder.DropTable(
                name: "tracking_traces");
        }
    }
}

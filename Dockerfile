# The API, the worker, the command line and the sandbox in one image; which of them runs is said by the command.
FROM node:22.20.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:22.20.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/cli/orgsync.mjs ./cli/orgsync.mjs
RUN ln -s /app/cli/orgsync.mjs /usr/local/bin/orgsync
# The user "node" of the image; its files belong to root, so that a process cannot change its own program.
USER 1000:1000
CMD ["node", "dist/api/main.js"]
